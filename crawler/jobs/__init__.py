"""A scheduled run over one site or many: what it does, what it says, and how it ends."""
