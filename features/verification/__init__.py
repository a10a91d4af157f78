"""Whether what a person earned elsewhere is what its issuer says: signatures, status, recipient."""
