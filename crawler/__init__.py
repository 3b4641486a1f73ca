"""Find pages of news sites, fetch them politely, read what they say."""
