"""The workbooks: audit.xlsx for the firm, accountant.xlsx and insurer.xlsx for others."""
