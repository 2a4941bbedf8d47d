"""Seasons: the weeks around Tết beside those of other years, and harvests beside what was sold in them."""
