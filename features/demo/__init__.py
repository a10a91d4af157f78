"""The demonstration: a generator of believable districts with a hidden truth, for tests and tours.

It imports nothing from `models`: how its teachers choose is not how the recommender scores.
"""
