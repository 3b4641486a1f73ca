"""The sub-commands of `newsreel`: thin edges over plain functions, one module a group."""
