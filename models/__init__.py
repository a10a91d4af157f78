"""Evidence, the blend and the bundle they are saved in; `models.suggest` makes every suggestion."""
