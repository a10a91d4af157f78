"""Whether facts have moved since the model learned."""
