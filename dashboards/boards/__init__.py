"""What boards show: rows computed from the figures. No HTTP here."""
