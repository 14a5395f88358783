# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
# Stand-in for vitis_hls: every command is checked, and an IP is left where the script exports one.

source [file join [file dirname [info script]] common.tcl]

set hls [dict create]
set headers [file join [file dirname [file normalize [info script]]] include]

proc need {what} {
    if {![dict exists $::hls $what]} { error "no $what yet" }
    return [dict get $::hls $what]
}

proc open_project {args} {
    dict set ::hls project [lindex [dict get [options {-reset 0} $args] ""] 0]
    file mkdir [need project]
}

# Sources go through the preprocessor as in C simulation and as in synthesis; the tool's headers are empty.
proc add_files {args} {
    need project
    set found [options {-cflags 1 -tb 0} $args]
    set flags [option $found -cflags]
    foreach flag $flags {
        if {[string match -I* $flag]} { must_be_folder [string range $flag 2 end] }
    }
    lappend flags -isystem $::headers
    foreach path [dict get $found ""] {
        must_be_file $path
        set simulated [exec g++ -E -P {*}$flags $path]
        if {[option $found -tb 0]} {
            dict lappend ::hls benches $simulated
        } else {
            dict lappend ::hls sources [exec g++ -E -P -D__SYNTHESIS__ {*}$flags $path]
        }
    }
}

proc set_top {name} { dict set ::hls top $name }
proc open_solution {args} { dict set ::hls solution [lindex [dict get [options {-reset 0 -flow_target 1} $args] ""] 0] }
proc set_part {name} {
    if {![regexp {^xc\w+(-\w+)*$} $name]} { error "unknown part $name" }
    dict set ::hls part $name
}
proc set_param {name value} {}
proc config_compile {args} {
    options {-disable_unroll_code_size_check 0 -pipeline_style 1 -name_max_length 1 -unsafe_math_optimizations 0} $args
}
proc config_interface {args} { options {-m_axi_addr64 0 -m_axi_max_widen_bitwidth 1} $args }
proc config_rtl {args} { options {-module_auto_prefix 0 -deadlock_detection 1 -reset 1} $args }
proc config_export {args} { options {-format 1 -ipname 1 -vendor 1 -version 1} $args }
proc create_clock {args} {
    set found [options {-period 1 -name 1} $args]
    if {![string is double -strict [option $found -period]]} { error "no clock period" }
    dict set ::hls clock [option $found -period]
}

# The top function must be in a source; its arguments and pragmas give the interfaces.
proc csynth_design {} {
    need solution; need part; need clock
    set top [need top]
    set function [format {void\s+%s\s*\(([^)]*)\)\s*\{(.*)} $top]
    foreach text [need sources] {
        if {[regexp $function $text - arguments body]} {
            dict set ::hls interfaces [interfaces $arguments $body $text]
            return
        }
    }
    error "top function '$top' is in no source"
}

proc interfaces {arguments body text} {
    set found {}
    set port {hls::stream<\s*ap_uint<\s*(\w+)\s*>\s*>\s*&\s*(\w+)}
    foreach {- bits name} [regexp -all -inline $port $arguments] {
        if {![string is integer $bits] && ![regexp "constexpr unsigned $bits = (\\d+);" $text - bits]} {
            error "the width $bits of stream $name is no constant"
        }
        if {![regexp "INTERFACE axis\[^\n\]*port=$name\\M" $body]} { error "stream $name has no axis pragma" }
        set mode [expr {[string match out* $name] ? "master" : "slave"}]
        lappend found [list $name $mode [expr {($bits + 7) / 8 * 8}]]
    }
    if {[regexp {INTERFACE m_axi} $body]} { lappend found {m_axi_gmem memory 64} }
    if {[regexp {INTERFACE s_axilite} $body]} { lappend found {s_axi_control lite 32} }
    if {$found eq ""} { error "the top function has no interface" }
    return $found
}

# Simulations need a test bench, the files it is given, and for cosim_design a synthesized design.
proc csim_design {args} { simulate $args }
proc cosim_design {args} { need interfaces; simulate $args }
proc simulate {arguments} {
    set found [options {-argv 1 -clean 0 -rtl 1} $arguments]
    if {![regexp {\mint main\s*\(} [need benches]]} { error "no test bench has a main" }
    must_be_file [lindex [option $found -argv] 0]
}

proc export_design {args} {
    set found [options {-format 1 -rtl 1 -version 1 -vendor 1 -ipname 1} $args]
    if {[option $found -format] ne "ip_catalog"} { error "export format [option $found -format]" }
    set top [need top]
    set implementation [file join [need project] [need solution] impl]
    write_component $implementation/ip/component.xml xilinx.com:hls:$top:1.0 [need interfaces]
    # Vitis HLS names the files of its memories relatively
    foreach folder [list verilog ip/hdl/verilog] {
        set memory "  initial \$readmemh(\"./${top}_rom.dat\", rom);\n"
        write_text $implementation/$folder/$top.v "module $top;\n${memory}endmodule\n"
        write_text $implementation/$folder/${top}_rom.dat "0\n"
    }
}

# vitis_hls SCRIPT or -f SCRIPT; from 2025.1 on vitis-run --mode hls --tcl SCRIPT
if {[lrange $argv 0 2] eq "--mode hls --tcl"} { set argv [lrange $argv 3 end] }
if {[lindex $argv 0] eq "-f"} { set argv [lrange $argv 1 end] }
if {[llength $argv] != 1} { puts "ERROR: usage: SCRIPT"; exit 1 }
execute [lindex $argv 0]
