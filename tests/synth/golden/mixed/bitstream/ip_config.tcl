set FREQ_MHZ 100
set NUM_AXILITE 2
set NUM_AXIMM 2
set BOARD Pynq-Z2
set FPGA_PART xc7z020clg400-1
lappend paths_prop "FINN_DEPS/board_files"
lappend paths_param "FINN_DEPS/board_files"
set_property -dict [list     CONFIG.PRIM_IN_FREQ.VALUE_SRC PROPAGATED     CONFIG.PRIM_SOURCE {No_buffer}     CONFIG.PRIMITIVE {PLL}     CONFIG.CLKOUT1_REQUESTED_OUT_FREQ $FREQ_MHZ     CONFIG.USE_LOCKED {true}     CONFIG.USE_RESET {true}     CONFIG.RESET_TYPE {ACTIVE_LOW}     CONFIG.RESET_PORT {resetn} ] [get_bd_cells clk_wiz_0]
set_property ip_repo_paths [concat [get_property ip_repo_paths [current_project]] [list BUILD/vivado/StreamingDataflowPartition_0_IODMA_hls_0/project_StreamingDataflowPartition_0_IODMA_hls_0/sol1/impl/ip BUILD/vivado/stitched_IP_StreamingDataflowPartition_0/ip]] [current_project]
update_ip_catalog -rebuild -scan_changes
create_bd_cell -type ip -vlnv xilinx_finn:finn:StreamingDataflowPartition_0:1.0 idma0
connect_bd_intf_net [get_bd_intf_pins idma0/m_axi_gmem0] [get_bd_intf_pins smartconnect_0/S00_AXI]
connect_bd_intf_net [get_bd_intf_pins idma0/s_axi_control_0] [get_bd_intf_pins axi_interconnect_0/M00_AXI]
assign_axi_addr_proc idma0/s_axi_control_0
connect_bd_net [get_bd_pins idma0/ap_clk] [get_bd_pins smartconnect_0/aclk]
connect_bd_net [get_bd_pins idma0/ap_rst_n] [get_bd_pins smartconnect_0/aresetn]
set_property ip_repo_paths [concat [get_property ip_repo_paths [current_project]] [list BUILD/vivado/code_gen_ipgen_head_window BUILD/vivado/code_gen_ipgen_head_mvu BUILD/vivado/code_gen_ipgen_head_epilogue BUILD/vivado/code_gen_ipgen_head_fork_fifo BUILD/vivado/code_gen_ipgen_head_fork BUILD/vivado/code_gen_ipgen_body_residual_fifo BUILD/vivado/body_threshold/project_body_threshold/sol1/impl/ip BUILD/vivado/code_gen_ipgen_body_window_dwc BUILD/vivado/body_window/project_body_window/sol1/impl/ip BUILD/vivado/body_mvu/project_body_mvu/sol1/impl/ip BUILD/vivado/body_epilogue/project_body_epilogue/sol1/impl/ip BUILD/vivado/code_gen_ipgen_tail_window_fifo BUILD/vivado/code_gen_ipgen_tail_window BUILD/vivado/code_gen_ipgen_tail_mvu BUILD/vivado/code_gen_ipgen_tail_epilogue BUILD/vivado/code_gen_ipgen_tail_shuffle_fifo BUILD/vivado/tail_shuffle/project_tail_shuffle/sol1/impl/ip BUILD/vivado/stitched_IP_StreamingDataflowPartition_1/ip]] [current_project]
update_ip_catalog -rebuild -scan_changes
create_bd_cell -type ip -vlnv xilinx_finn:finn:StreamingDataflowPartition_1:1.0 StreamingDataflowPartition_1
connect_bd_net [get_bd_pins StreamingDataflowPartition_1/ap_clk] [get_bd_pins smartconnect_0/aclk]
connect_bd_net [get_bd_pins StreamingDataflowPartition_1/ap_rst_n] [get_bd_pins smartconnect_0/aresetn]
connect_bd_intf_net [get_bd_intf_pins StreamingDataflowPartition_1/s_axis_0] [get_bd_intf_pins idma0/m_axis_0]
set_property ip_repo_paths [concat [get_property ip_repo_paths [current_project]] [list BUILD/vivado/StreamingDataflowPartition_2_IODMA_hls_0/project_StreamingDataflowPartition_2_IODMA_hls_0/sol1/impl/ip BUILD/vivado/stitched_IP_StreamingDataflowPartition_2/ip]] [current_project]
update_ip_catalog -rebuild -scan_changes
create_bd_cell -type ip -vlnv xilinx_finn:finn:StreamingDataflowPartition_2:1.0 odma0
connect_bd_intf_net [get_bd_intf_pins odma0/m_axi_gmem0] [get_bd_intf_pins smartconnect_0/S01_AXI]
connect_bd_intf_net [get_bd_intf_pins odma0/s_axi_control_0] [get_bd_intf_pins axi_interconnect_0/M01_AXI]
assign_axi_addr_proc odma0/s_axi_control_0
connect_bd_net [get_bd_pins odma0/ap_clk] [get_bd_pins smartconnect_0/aclk]
connect_bd_net [get_bd_pins odma0/ap_rst_n] [get_bd_pins smartconnect_0/aresetn]
connect_bd_intf_net [get_bd_intf_pins odma0/s_axis_0] [get_bd_intf_pins StreamingDataflowPartition_1/m_axis_0]
    set mlo_mm_pins [get_bd_intf_pins -quiet -of_objects [get_bd_cells]         -filter {MODE == Master && (NAME == m_axi_intermediate_frame || NAME =~ m_axi_MVAU_*)}]
            set mlo_si_name [format "S%02d_AXI" $mlo_si_idx]
if {0 == 1} {
    apply_bd_automation -rule xilinx.com:bd_rule:debug -dict [list                                                               [get_bd_intf_nets smartconnect_0_M00_AXI] {AXI_R_ADDRESS "Data and Trigger" AXI_R_DATA "Data and Trigger" AXI_W_ADDRESS "Data and Trigger" AXI_W_DATA "Data and Trigger" AXI_W_RESPONSE "Data and Trigger" CLK_SRC "/clk_wiz_0/clk_out1" SYSTEM_ILA "Auto" APC_EN "0" }                                                               [get_bd_intf_nets idma0_m_axis_0] {AXIS_SIGNALS "Data and Trigger" CLK_SRC "/clk_wiz_0/clk_out1" SYSTEM_ILA "Auto" APC_EN "0" }                                                               [get_bd_intf_nets StreamingDataflowPartition_1_m_axis_0] {AXIS_SIGNALS "Data and Trigger" CLK_SRC "/clk_wiz_0/clk_out1" SYSTEM_ILA "Auto" APC_EN "0" }                                                              ]
set enable_gpio_reset 0
set enable_finn_switch 0
    launch_runs -jobs 4 -to_step write_bitstream impl_1
