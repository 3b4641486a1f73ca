"""The first site: a given text, and a made-up site rebuilt around it."""
