"""Sub-commands of `scrapy`: each a thin edge over plain functions."""
