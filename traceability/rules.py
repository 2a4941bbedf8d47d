"""Who may do what with lots, labels and recalls."""
