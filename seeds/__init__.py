"""Bundled sites to begin with: crawled by `make crawl`, served to tests on loopback."""
