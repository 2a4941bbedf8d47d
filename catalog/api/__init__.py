"""The catalogue for programs, under /api/v1/: everybody reads what is public; a producer's members write their own listings by token.

| module | what it holds |
|---|---|
| `http` | what all addresses share: limits, strict parameters, ETag, the errors that each may answer |
| `rows` `shapes` | what is answered: plain rows, and their serializers |
| `paging` | cursors |
| `reading` `open_data` | the public addresses |
| `writing` | a producer's own listings |
"""
