"""Photos, papers and files: what comes in is checked and re-encoded here, and nothing else of an upload is kept."""
