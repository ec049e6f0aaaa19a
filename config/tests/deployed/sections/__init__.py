"""Each section of API.md through the whole deployed site: what it promises is asked for once, by HTTP alone."""
