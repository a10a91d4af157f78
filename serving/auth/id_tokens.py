"""What an id token must say beyond its signature: that it was made for us, in answer to this."""

import hmac

from recommender.errors import NotSignedIn
from serving.auth.tokens import Claims


def check_addressee(claims: Claims, client_id: str, nonce: str) -> None:
    """Check the authorized party and the nonce (OpenID Connect Core, section 3.1.3.7).

    Issuer, audience and expiry are checked with the signature.

    Raises
    ------
    NotSignedIn
        The token was made for somebody else too, or in answer to another sign-in.
    """
    party = claims.others.get("azp")
    several = isinstance(claims.others.get("aud"), list) and len(claims.others["aud"]) > 1
    if (several and party is None) or party not in {None, client_id}:
        raise NotSignedIn("The sign-in was made for another service.")
    said = claims.others.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise NotSignedIn("The sign-in answers another request than this browser's.")
