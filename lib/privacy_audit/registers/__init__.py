"""From files to registers: sheets are recognised, cells become typed values, and every row is accounted for."""
