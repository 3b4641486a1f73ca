"""The page's own words made into typed, normalised values, on their way to the archive."""
