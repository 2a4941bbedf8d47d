"""Reports: one document of plain blocks that page, XLSX, DOCX and PDF write out, so that all four say the same of the same reading."""
