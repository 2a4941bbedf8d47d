"""The report of a livestream: plan against actual, what it sold and to whose good, and what that suggests for the next one."""
