"""What goes with more sales: differences with their intervals, called association, silent where there is too little to tell."""
