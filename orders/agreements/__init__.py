"""What a shop's owner has agreed on with the state: who may see its order lines, what for, and until when."""
