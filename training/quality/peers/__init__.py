"""What our blend is measured beside: plain rules and other people's models, each tuned."""
