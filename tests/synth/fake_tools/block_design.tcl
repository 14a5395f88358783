# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
# The block design: cells with interfaces {name mode width}, ports, and what is connected to what.
#
# Of Xilinx' own IP only the name is known, so its pins and interfaces are taken as they come.

set xilinx_ip {processing_system7 zynq_ultra_ps_e axi_interconnect smartconnect clk_wiz proc_sys_reset}
set cells [dict create]
set ports [dict create]
set used [dict create]

proc create_bd_design {name} {
    dict set ::project design $name
    dict set ::project validated 0
}
proc design_file {} {
    set name [project design]
    return [project folder]/[project name].srcs/sources_1/bd/$name/$name.bd
}
proc save_bd_design {} { write_text [design_file] "block design\n" }

proc update_ip_catalog {args} { options {-rebuild 0 -scan_changes 0} $args }

# component.xml of an IP in the repositories
proc find_ip {vlnv} {
    foreach folder [project repositories] {
        set path [file join $folder component.xml]
        if {[file isfile $path] && [string first "vlnv $vlnv " [read_text $path]] >= 0} {
            foreach source [glob -nocomplain $folder/hdl/verilog/*.v] { check_memories $source [read_text $source] }
            return $path
        }
    }
    error "IP $vlnv is in none of the repositories"
}

proc create_bd_cell {args} {
    set found [options {-type 1 -vlnv 1 -reference 1} $args]
    set name [dict get $found ""]
    if {[dict exists $::cells $name]} { error "there is a cell $name already" }
    if {[option $found -type] eq "module"} {
        dict set ::cells $name [module_interfaces [option $found -reference]]
    } elseif {[regexp {^xilinx\.com:ip:(\w+):} [option $found -vlnv] - ip]} {
        if {$ip ni $::xilinx_ip} { error "unknown IP $ip" }
        dict set ::cells $name any
    } else {
        set text [read_text [find_ip [option $found -vlnv]]]
        dict set ::cells $name [lmap {- interface} \
            [regexp -all -inline {<!-- interface ([^>]*) -->} $text] { set interface }]
    }
    dict set ::project validated 0
    return $name
}

# AXI streams of a module, from its ports; UG994 asks for their association with the clock.
proc module_interfaces {name} {
    if {![dict exists [project modules] $name]} { error "module $name is in no source" }
    set path [dict get [project modules] $name]
    if {[file extension $path] ne ".v"} { error "$path: a module reference must be plain Verilog" }
    set text [read_text $path]
    set values [parameters $text]
    set found {}
    set port {(input|output)\s+(?:wire\s+|reg\s+)?(?:\[([^\]:]+):\s*0\s*\]\s*)?(\w+)_tdata\M}
    foreach {- direction high stream} [regexp -all -inline -nocase $port $text] {
        set bits [expr {[evaluate $high $values] + 1}]
        lappend found [list $stream [expr {$direction eq "input" ? "slave" : "master"}] $bits]
        foreach signal {tvalid tready} {
            if {![regexp -nocase "\\m${stream}_$signal\\M" $text]} { error "$path: $stream has no $signal" }
        }
        if {![regexp "ASSOCIATED_BUSIF \[\\w:\]*$stream\\M" $text]} { error "$path: $stream has no clock" }
    }
    return $found
}

# The defaults of a module's parameters, each a number
proc parameters {text} {
    set values [dict create]
    foreach {- name value} [regexp -all -inline {\mparameter\s+(\w+)\s*=\s*([^,\n]+)} $text] {
        dict set values $name [evaluate $value $values]
    }
    return $values
}
proc evaluate {expression values} {
    dict for {name value} $values { regsub -all "\\m$name\\M" $expression $value expression }
    return [expr $expression]
}

proc get_bd_cells {{name *}} {
    if {$name ne "*" && ![dict exists $::cells $name]} { error "no cell $name" }
    return $name
}

# The interface of a cell's pin or of a port; "any" of Xilinx' IP
proc interface_of {object} {
    if {[dict exists $::ports $object]} { return [dict get $::ports $object] }
    lassign [split $object /] cell pin
    if {![dict exists $::cells $cell]} { error "no cell $cell" }
    if {[dict get $::cells $cell] eq "any"} { return any }
    foreach interface [dict get $::cells $cell] {
        if {[lindex $interface 0] eq $pin} { return $interface }
    }
    error "cell $cell has no interface $pin; it has [dict get $::cells $cell]"
}

proc get_bd_intf_pins {args} {
    set found [options {-quiet 0 -of 1 -of_objects 1 -filter 1} $args]
    if {[dict exists $found -of]} { return [dict get $::used [option $found -of]] }
    if {[dict exists $found -of_objects]} { return {} }
    set object [dict get $found ""]
    interface_of $object
    return $object
}

proc get_bd_intf_ports {args} {
    set found [options {-filter 1} $args]
    if {[dict exists $found -filter]} {
        if {[option $found -filter] ne "CONFIG.PROTOCOL==AXI4LITE"} { error "filter [option $found -filter]" }
        return [lmap name [dict keys $::ports] {
            if {[lindex [dict get $::ports $name] 1] ne "lite"} continue
            set name
        }]
    }
    return [known_port [dict get $found ""]]
}
proc get_bd_ports {name} { return [known_port [string trimleft $name /]] }
proc known_port {name} {
    if {![dict exists $::ports $name]} { error "no port $name; there are [dict keys $::ports]" }
    return $name
}

proc get_bd_pins {name} {
    lassign [split $name /] cell pin
    get_bd_cells $cell
    if {[dict get $::cells $cell] ne "any" && $pin ni {ap_clk ap_rst_n sim_finish}} { error "no pin $name" }
    return $name
}

# the net of a port, by the name of the port
proc get_bd_intf_nets {args} { return [option [options {-boundary_type 1 -of 1} $args] -of] }

proc make_bd_pins_external {pin} {
    claim $pin external
    new_port [lindex [split $pin /] 1] {signal in 1}
}
proc make_bd_intf_pins_external {pin} {
    set interface [interface_of $pin]
    claim $pin external
    dict set ::used [new_port [lindex $interface 0] $interface] $pin
}
proc new_port {name interface} {
    set number 0
    while {[dict exists $::ports ${name}_$number]} { incr number }
    dict set ::ports ${name}_$number $interface
    return ${name}_$number
}

# A pin has one driver or one partner.
proc claim {pin by} {
    if {[dict exists $::used $pin]} { error "$pin is connected to [dict get $::used $pin] already" }
    dict set ::used $pin $by
}

proc connect_bd_intf_net {args} {
    set ends [dict get [options {-boundary_type 1} $args] ""]
    if {[llength $ends] != 2} { error "connect_bd_intf_net: two ends, not '$ends'" }
    lassign $ends a b
    claim $a $b
    claim $b $a
    set known [lmap end $ends { set interface [interface_of $end]; if {$interface eq "any"} continue; set interface }]
    if {[llength $known] == 2} {
        lassign $known first second
        if {[lindex $first 2] != [lindex $second 2]} { error "$a has [lindex $first 2] bits, $b [lindex $second 2]" }
        if {[lindex $first 1] eq [lindex $second 1]} { error "$a and $b are both [lindex $first 1]" }
    }
    dict set ::project validated 0
}

proc connect_bd_net {args} {
    if {[llength $args] < 2 || "" in $args} { error "connect_bd_net: two ends, not '$args'" }
    foreach pin $args {
        if {[regexp {/(ap_clk|ap_rst_n)$} $pin]} { claim $pin net }
    }
}

proc validate_bd_design {args} {
    dict for {cell interfaces} $::cells {
        if {$interfaces eq "any" || $interfaces eq ""} continue
        foreach pin [list ap_clk ap_rst_n {*}[lmap interface $interfaces { lindex $interface 0 }]] {
            if {![dict exists $::used $cell/$pin]} { error "$cell/$pin is not connected" }
        }
    }
    dict set ::project validated 1
}

proc external_interfaces {} {
    set found {}
    dict for {name interface} $::ports {
        if {[lindex $interface 0] eq "signal"} continue
        lappend found [list $name {*}[lrange $interface 1 end]]
    }
    return $found
}

proc get_ipdefs {args} {
    set found [options {-all 0 -filter 1} $args]
    set pattern [dict get $found ""]
    regexp {NAME == (\w+)} [option $found -filter] - pattern
    foreach ip $::xilinx_ip {
        if {$pattern eq $ip || [string match xilinx.com:ip:$ip:* $pattern]} { return xilinx.com:ip:$ip:1.0 }
    }
    error "no IP matches '$pattern'"
}
proc get_bd_addr_segs {name} { return $name }
proc assign_bd_address {args} { options {-offset 1 -range 1} $args }
proc apply_bd_automation {args} { options {-rule 1 -config 1} $args }
proc delete_bd_objs {objects} {}

proc get_property {args} {
    lassign [dict get [options {-quiet 0} $args] ""] name object
    if {$object eq ""} { error "get_property $name of nothing" }
    switch -- $name {
        ip_repo_paths { return [project repositories] }
        BOARD_PART_REPO_PATHS { return [project board_repositories] }
        DIRECTORY { return [project folder] }
        VLNV - NAME { return $object }
        CONFIG.ADDR_WIDTH { return 6 }
    }
    error "property $name of $object is not known to this stand-in"
}

proc set_property {args} {
    set found [options {-dict 1} $args]
    set values [option $found -dict [lrange [dict get $found ""] 0 1]]
    set objects [lindex [dict get $found ""] [expr {[dict exists $found -dict] ? 0 : 2}]]
    if {$objects eq "" || [llength $values] % 2} { error "set_property $args: no object, or a name without value" }
    dict for {name value} $values { set_one_property $name $value $objects }
}

proc set_one_property {name value object} {
    switch -- $name {
        name {
            dict set ::ports $value [dict get $::ports $object]
            dict unset ::ports $object
            if {[dict exists $::used $object]} { dict set ::used $value [dict get $::used $object] }
        }
        ip_repo_paths {
            foreach folder $value { must_be_folder $folder }
            dict set ::project repositories $value
        }
        BOARD_PART_REPO_PATHS {
            foreach folder $value { must_be_folder $folder }
            dict set ::project board_repositories $value
        }
        board_part {
            set board [lindex [split $value :] 1]
            if {![llength [glob -nocomplain -directory [lindex [project board_repositories] 0] $board]]} {
                error "no files of the board $board in [project board_repositories]"
            }
        }
        top { dict set ::project top $value }
    }
}
