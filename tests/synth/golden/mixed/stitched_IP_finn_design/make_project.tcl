create_project finn_vivado_stitch_proj BUILD/vivado/stitched_IP_finn_design -part xc7z020clg400-1
set_property ip_repo_paths [list $::env(FINN_RTLLIB)/memstream BUILD/vivado/code_gen_ipgen_head_window BUILD/vivado/code_gen_ipgen_head_mvu BUILD/vivado/code_gen_ipgen_head_epilogue BUILD/vivado/code_gen_ipgen_head_fork_fifo BUILD/vivado/code_gen_ipgen_head_fork BUILD/vivado/code_gen_ipgen_body_residual_fifo BUILD/vivado/body_threshold/project_body_threshold/sol1/impl/ip BUILD/vivado/code_gen_ipgen_body_window_dwc BUILD/vivado/body_window/project_body_window/sol1/impl/ip BUILD/vivado/body_mvu/project_body_mvu/sol1/impl/ip BUILD/vivado/body_epilogue/project_body_epilogue/sol1/impl/ip BUILD/vivado/code_gen_ipgen_tail_window_fifo BUILD/vivado/code_gen_ipgen_tail_window BUILD/vivado/code_gen_ipgen_tail_mvu BUILD/vivado/code_gen_ipgen_tail_epilogue BUILD/vivado/code_gen_ipgen_tail_shuffle_fifo BUILD/vivado/tail_shuffle/project_tail_shuffle/sol1/impl/ip] [current_project]
update_ip_catalog
create_bd_design "finn_design"
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse RTL/window_generator.sv
add_files -norecurse RTL/word_memory.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_head_window/head_window.v
create_bd_cell -type module -reference head_window head_window
add_files -norecurse RTL/integer_mvu.sv
add_files -norecurse RTL/mvu_sequencer.sv
add_files -norecurse RTL/parameter_rom.sv
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_head_mvu/head_mvu.v
create_bd_cell -type module -reference head_mvu head_mvu
add_files -norecurse RTL/delay_line.sv
add_files -norecurse RTL/epilogue.sv
add_files -norecurse RTL/mvu_sequencer.sv
add_files -norecurse RTL/parameter_rom.sv
add_files -norecurse RTL/piecewise_linear.sv
add_files -norecurse RTL/residual_sum.sv
add_files -norecurse RTL/round_half_even.sv
add_files -norecurse RTL/saturate.sv
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_head_epilogue/head_epilogue.v
create_bd_cell -type module -reference head_epilogue head_epilogue
add_files -norecurse BUILD/vivado/code_gen_ipgen_head_fork_fifo/head_fork_fifo.v
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo_gauge.sv
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo.sv
create_bd_cell -type module -reference head_fork_fifo head_fork_fifo
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse RTL/stream_fork.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_head_fork/head_fork.v
create_bd_cell -type module -reference head_fork head_fork
add_files -norecurse BUILD/vivado/code_gen_ipgen_body_residual_fifo/body_residual_fifo.v
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo_gauge.sv
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo.sv
create_bd_cell -type module -reference body_residual_fifo body_residual_fifo
create_bd_cell -type ip -vlnv xilinx.com:hls:body_threshold:1.0 body_threshold
add_files -norecurse FINN_RTLLIB/dwc/hdl/dwc_axi.sv
add_files -norecurse FINN_RTLLIB/dwc/hdl/vpc.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_body_window_dwc/body_window_dwc.v
create_bd_cell -type module -reference body_window_dwc body_window_dwc
create_bd_cell -type ip -vlnv xilinx.com:hls:body_window:1.0 body_window
create_bd_cell -type ip -vlnv xilinx.com:hls:body_mvu:1.0 body_mvu
create_bd_cell -type ip -vlnv xilinx.com:hls:body_epilogue:1.0 body_epilogue
add_files -norecurse BUILD/vivado/code_gen_ipgen_tail_window_fifo/tail_window_fifo.v
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo_gauge.sv
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo.sv
create_bd_cell -type module -reference tail_window_fifo tail_window_fifo
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse RTL/window_generator.sv
add_files -norecurse RTL/word_memory.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_tail_window/tail_window.v
create_bd_cell -type module -reference tail_window tail_window
add_files -norecurse RTL/integer_mvu.sv
add_files -norecurse RTL/mvu_sequencer.sv
add_files -norecurse RTL/parameter_rom.sv
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_tail_mvu/tail_mvu.v
create_bd_cell -type module -reference tail_mvu tail_mvu
add_files -norecurse RTL/delay_line.sv
add_files -norecurse RTL/epilogue.sv
add_files -norecurse RTL/mvu_sequencer.sv
add_files -norecurse RTL/parameter_rom.sv
add_files -norecurse RTL/piecewise_linear.sv
add_files -norecurse RTL/residual_sum.sv
add_files -norecurse RTL/round_half_even.sv
add_files -norecurse RTL/saturate.sv
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_tail_epilogue/tail_epilogue.v
create_bd_cell -type module -reference tail_epilogue tail_epilogue
add_files -norecurse BUILD/vivado/code_gen_ipgen_tail_shuffle_fifo/tail_shuffle_fifo.v
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo_gauge.sv
add_files -norecurse FINN_RTLLIB/fifo/hdl/fifo.sv
create_bd_cell -type module -reference tail_shuffle_fifo tail_shuffle_fifo
create_bd_cell -type ip -vlnv xilinx.com:hls:tail_shuffle:1.0 tail_shuffle
add_files -norecurse $::env(FINN_RTLLIB)/sim/hdl/sim_ctrl.v
create_bd_cell -type module -reference sim_ctrl sim_ctrl_0
make_bd_pins_external [get_bd_pins head_window/ap_clk]
set_property name ap_clk [get_bd_ports ap_clk_0]
make_bd_pins_external [get_bd_pins head_window/ap_rst_n]
set_property name ap_rst_n [get_bd_ports ap_rst_n_0]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins head_mvu/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins head_mvu/ap_clk]
connect_bd_intf_net [get_bd_intf_pins head_window/out0_V] [get_bd_intf_pins head_mvu/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins head_epilogue/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins head_epilogue/ap_clk]
connect_bd_intf_net [get_bd_intf_pins head_mvu/out0_V] [get_bd_intf_pins head_epilogue/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins head_fork_fifo/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins head_fork_fifo/ap_clk]
connect_bd_intf_net [get_bd_intf_pins head_epilogue/out0_V] [get_bd_intf_pins head_fork_fifo/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins head_fork/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins head_fork/ap_clk]
connect_bd_intf_net [get_bd_intf_pins head_fork_fifo/out0_V] [get_bd_intf_pins head_fork/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins body_residual_fifo/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins body_residual_fifo/ap_clk]
connect_bd_intf_net [get_bd_intf_pins head_fork/out1_V] [get_bd_intf_pins body_residual_fifo/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins body_threshold/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins body_threshold/ap_clk]
connect_bd_intf_net [get_bd_intf_pins head_fork/out0_V] [get_bd_intf_pins body_threshold/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins body_window_dwc/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins body_window_dwc/ap_clk]
connect_bd_intf_net [get_bd_intf_pins body_threshold/out0_V] [get_bd_intf_pins body_window_dwc/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins body_window/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins body_window/ap_clk]
connect_bd_intf_net [get_bd_intf_pins body_window_dwc/out0_V] [get_bd_intf_pins body_window/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins body_mvu/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins body_mvu/ap_clk]
connect_bd_intf_net [get_bd_intf_pins body_window/out0_V] [get_bd_intf_pins body_mvu/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins body_epilogue/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins body_epilogue/ap_clk]
connect_bd_intf_net [get_bd_intf_pins body_mvu/out0_V] [get_bd_intf_pins body_epilogue/in0_V]
connect_bd_intf_net [get_bd_intf_pins body_residual_fifo/out0_V] [get_bd_intf_pins body_epilogue/in1_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins tail_window_fifo/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins tail_window_fifo/ap_clk]
connect_bd_intf_net [get_bd_intf_pins body_epilogue/out0_V] [get_bd_intf_pins tail_window_fifo/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins tail_window/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins tail_window/ap_clk]
connect_bd_intf_net [get_bd_intf_pins tail_window_fifo/out0_V] [get_bd_intf_pins tail_window/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins tail_mvu/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins tail_mvu/ap_clk]
connect_bd_intf_net [get_bd_intf_pins tail_window/out0_V] [get_bd_intf_pins tail_mvu/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins tail_epilogue/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins tail_epilogue/ap_clk]
connect_bd_intf_net [get_bd_intf_pins tail_mvu/out0_V] [get_bd_intf_pins tail_epilogue/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins tail_shuffle_fifo/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins tail_shuffle_fifo/ap_clk]
connect_bd_intf_net [get_bd_intf_pins tail_epilogue/out0_V] [get_bd_intf_pins tail_shuffle_fifo/in0_V]
connect_bd_net [get_bd_ports ap_rst_n] [get_bd_pins tail_shuffle/ap_rst_n]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins tail_shuffle/ap_clk]
connect_bd_intf_net [get_bd_intf_pins tail_shuffle_fifo/out0_V] [get_bd_intf_pins tail_shuffle/in0_V]
make_bd_intf_pins_external [get_bd_intf_pins head_window/in0_V]
set_property name s_axis_0 [get_bd_intf_ports in0_V_0]
make_bd_intf_pins_external [get_bd_intf_pins tail_shuffle/out0_V]
set_property name m_axis_0 [get_bd_intf_ports out0_V_0]
connect_bd_net [get_bd_ports ap_clk] [get_bd_pins sim_ctrl_0/ap_clk]
make_bd_pins_external [get_bd_pins sim_ctrl_0/sim_finish]
set_property name sim_finish [get_bd_ports sim_finish_0]
set_property CONFIG.FREQ_HZ 100000000 [get_bd_ports /ap_clk]
make_wrapper -files [get_files BUILD/vivado/stitched_IP_finn_design/finn_vivado_stitch_proj.srcs/sources_1/bd/finn_design/finn_design.bd] -top
add_files -norecurse BUILD/vivado/stitched_IP_finn_design/finn_vivado_stitch_proj.srcs/sources_1/bd/finn_design/hdl/finn_design_wrapper.v
set_property top finn_design_wrapper [current_fileset]
ipx::package_project -root_dir BUILD/vivado/stitched_IP_finn_design/ip -vendor xilinx_finn -library finn -taxonomy /UserIP -module finn_design -import_files
set_property ipi_drc {ignore_freq_hz true} [ipx::current_core]
set_property core_revision 2 [ipx::find_open_core xilinx_finn:finn:finn_design:1.0]
ipx::create_xgui_files [ipx::find_open_core xilinx_finn:finn:finn_design:1.0]
set_property value_resolve_type user [ipx::get_bus_parameters -of [ipx::get_bus_interfaces -of [ipx::current_core ]]]
set all_v_files [get_files -filter {USED_IN_SYNTHESIS == 1 && (FILE_TYPE == Verilog || FILE_TYPE == SystemVerilog || FILE_TYPE == "Verilog Header" || FILE_TYPE == VHDL || FILE_TYPE == XCI)}]
set fp [open BUILD/vivado/stitched_IP_finn_design/all_verilog_srcs.txt w]
foreach f $all_v_files {puts $fp $f}
