"""How completely a site is covered, told from its frontier and the archive alone."""
