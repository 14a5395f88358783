# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
# The ipx commands: a block design becomes an IP with the interfaces that were made external.

namespace eval ipx {
    variable core [dict create]

    proc package_project {args} {
        set found [options {-root_dir 1 -vendor 1 -library 1 -taxonomy 1 -module 1 -import_files 0} $args]
        if {![project validated]} { error "the block design was not validated" }
        if {[project top] ni [dict keys [project modules]]} { error "top module [project top] is in no source" }
        set module [option $found -module]
        if {$module ne [file rootname [file tail [design_file]]]} { error "no module $module" }
        variable core [dict create folder [option $found -root_dir] \
            vlnv [option $found -vendor]:[option $found -library]:$module:1.0]
        save_core core
        return core
    }

    proc current_core {} {
        variable core
        if {![dict exists $core vlnv]} { error "no IP is open" }
        return core
    }

    proc find_open_core {vlnv} {
        variable core
        if {[dict get $core vlnv] ne $vlnv} { error "IP $vlnv is not open" }
        return core
    }

    proc save_core {handle} {
        variable core
        write_component [dict get $core folder]/component.xml [dict get $core vlnv] [external_interfaces]
    }

    proc add_file {name group} {
        variable core
        must_be_file [file join [dict get $core folder] $name]
        return $name
    }

    proc add_file_group {args} { return [lindex [dict get [options {-type 1} $args] ""] 0] }
    proc get_file_groups {args} { return [lindex $args 0] }
    proc get_files {args} { options {-of 1} $args; return {} }
    proc remove_file {name group} {}
    proc create_xgui_files {handle} {}
    proc update_checksums {handle} {}
    proc get_address_spaces {args} { return [lindex $args 0] }
    proc remove_segment {args} { options {-quiet 0} [lrange $args 0 end-1] }
    proc get_bus_parameters {args} { return parameters }
    proc add_memory_map {name handle} { return $name }
    proc add_address_block {name map} { return $map/$name }

    proc get_bus_interfaces {args} {
        set name [dict get [options {-of 1} $args] ""]
        if {$name ne "" && $name ni [lmap interface [external_interfaces] { lindex $interface 0 }]} {
            error "the IP has no interface $name"
        }
        return $name
    }
}
