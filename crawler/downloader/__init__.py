"""How pages are fetched: who asks, how often, from which addresses, and what is refused."""
