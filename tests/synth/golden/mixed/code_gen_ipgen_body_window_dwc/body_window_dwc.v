module body_window_dwc #(
	parameter  IBITS = 1,
	parameter  OBITS = 2,
