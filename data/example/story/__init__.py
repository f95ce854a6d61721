"""The story behind the example quarter: who is in it, and what each of the firm's registers says of them."""
