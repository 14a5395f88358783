set config_proj_name project_StreamingDataflowPartition_2_IODMA_hls_0
set config_hwsrcdir "BUILD/vivado/StreamingDataflowPartition_2_IODMA_hls_0"
set config_proj_part "xc7z020clg400-1"
set config_bnnlibdir "FINN_DEPS/finn-hlslib"
set config_attentionlibdir "FINN_DEPS/attention-hlslib"
set config_toplevelfxn "StreamingDataflowPartition_2_IODMA_hls_0"
set config_clkperiod 10.0
add_files $config_hwsrcdir/top_StreamingDataflowPartition_2_IODMA_hls_0.cpp -cflags "-std=c++14 -I$config_bnnlibdir -I$config_customhlsdir -I$config_attentionlibdir"
set_param hls.enable_hidden_option_error false
config_compile -disable_unroll_code_size_check -pipeline_style flp
config_interface -m_axi_addr64
config_rtl -module_auto_prefix
config_rtl -deadlock_detection none
