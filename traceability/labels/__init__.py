"""Labels for packs: a run of codes, drawn as sheets, rolls or single pictures, or listed for a printing house."""
