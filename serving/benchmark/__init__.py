"""`recommender benchmark serving`: the service beside the bare framework, on invented people."""
