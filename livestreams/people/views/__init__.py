"""Pages of hosts and guests."""
