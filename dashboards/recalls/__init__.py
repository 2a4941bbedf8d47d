"""Orders to which recalled goods went: which shops have to write to how many buyers, and who has done so."""
