"""What the year is to bring: plans by figure, dated and with their paper."""
