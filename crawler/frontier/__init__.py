"""What to fetch next: every address that is known, what became of it, and who fetches it now; it survives a kill."""
