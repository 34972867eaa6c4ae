"""What happens to an answer: acceptance, verification, merging, identity, and how a record ended."""
