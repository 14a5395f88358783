create_project finn_vivado_stitch_proj BUILD/vivado/stitched_IP_finn_design -part xc7z020clg400-1
set_property ip_repo_paths [list $::env(FINN_RTLLIB)/memstream BUILD/vivado/code_gen_ipgen_body] [current_project]
update_ip_catalog
create_bd_design "finn_design"
add_files -norecurse RTL/delay_line.sv
add_files -norecurse RTL/epilogue.sv
add_files -norecurse RTL/mvu_sequencer.sv
add_files -norecurse RTL/parameter_rom.sv
add_files -norecurse RTL/piecewise_linear.sv
add_files -norecurse RTL/residual_sum.sv
add_files -norecurse RTL/round_half_even.sv
add_files -norecurse RTL/saturate.sv
add_files -norecurse RTL/stream_checker.sv
add_files -norecurse BUILD/vivado/code_gen_ipgen_body/body.v
create_bd_cell -type module -reference body body
add_files -norecurse $::env(FINN_RTLLIB)/sim/hdl/sim_ctrl.v
create_bd_cell -type module -reference sim_ctrl sim_ctrl_0
make_bd_pins_external [get_bd_pins body/ap_clk]
set_property name ap_clk [get_bd_ports ap_clk_0]
make_bd_pins_external [get_bd_pins body/ap_rst_n]
set_property name ap_rst_n [get_bd_ports ap_rst_n_0]
make_bd_intf_pins_external [get_bd_intf_pins body/in0_V]
set_property name s_axis_0 [get_bd_intf_ports in0_V_0]
make_bd_intf_pins_external [get_bd_intf_pins body/out0_V]
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
