"""What is known of the steps: how often each finds, how often that is accepted, what it takes."""
