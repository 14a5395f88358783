# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
# Stand-in for `vivado -mode batch -source SCRIPT`: it follows the block design that a script draws and refuses
# what cannot be: files, modules, IP, pins or nets that are not there, unequal widths, open or doubly driven
# streams. Files that Vivado would write appear only where the script asks for them.

source [file join [file dirname [info script]] common.tcl]
source [file join [file dirname [info script]] block_design.tcl]
source [file join [file dirname [info script]] packager.tcl]

set project [dict create repositories {} board_repositories {} files {} modules {} done {}]

proc project {name} {
    if {![dict exists $::project $name]} { error "the project has no $name yet" }
    return [dict get $::project $name]
}

proc create_project {args} {
    set found [options {-part 1 -force 0} $args]
    lassign [dict get $found ""] name folder
    if {![regexp {^xc\w+} [option $found -part]]} { error "create_project: no part" }
    dict set ::project name $name
    dict set ::project folder [file normalize $folder]
    if {[file exists $folder/$name.xpr]} { error "project $name is on disk already" }
    write_text $folder/$name.xpr "project\n"
}
proc current_project {} { project name; return project }
proc close_project {} { dict unset ::project name }
proc current_fileset {} { return sources_1 }
proc get_filesets {name} { return $name }
proc update_compile_order {args} { options {-fileset 1} $args }
proc set_msg_config {args} { options {-id 1 -suppress 0} $args }
proc reset_msg_config {args} { options {-id 1 -suppress 0} $args }
proc set_param {name value} {}
proc get_param {name} { return "" }

proc add_files {args} {
    foreach path [dict get [options {-norecurse 0 -copy_to 1} $args] ""] {
        must_be_file $path
        dict lappend ::project files [file normalize $path]
        if {[file extension $path] in {.v .sv}} { read_modules $path [read_text $path] }
    }
}

# Memory files must be found from any folder.
proc check_memories {path text} {
    foreach {- name} [regexp -all -inline {"([^"]+\.dat)"} $text] {
        if {[file pathtype $name] ne "absolute"} { error "$path: Vivado does not find '$name' from another folder" }
        must_be_file $name
    }
}

# Remember the modules of a source.
proc read_modules {path text} {
    check_memories $path $text
    foreach {- name} [regexp -all -inline -line {^\s*module\s+(\w+)} $text] {
        dict set ::project modules $name $path
    }
}

proc get_files {args} {
    set found [options {-filter 1 -of_objects 1} $args]
    set wanted [dict get $found ""]
    if {$wanted eq ""} { return [lsort -unique [project files]] }
    set known [project files]
    if {[dict exists $::project design]} { lappend known [design_file] }
    foreach path $known {
        if {$path eq $wanted || [file tail $path] eq $wanted} { return $path }
    }
    error "get_files: no file '$wanted' in the project"
}

proc make_wrapper {args} {
    set found [options {-files 1 -top 0 -import 0 -fileset 1} $args]
    set file [option $found -files]
    must_be_file $file
    set name [file rootname [file tail $file]]
    set wrapper [file dirname $file]/hdl/${name}_wrapper.v
    write_text $wrapper "module ${name}_wrapper; endmodule\n"
    if {[option $found -import 0]} { add_files $wrapper }
    return $wrapper
}

proc get_runs {name} {
    if {$name ni {synth_1 impl_1}} { error "no run $name" }
    return $name
}

# A run needs a validated design and its wrapper as top; up to write_bitstream it leaves bitstream and reports.
proc launch_runs {args} {
    set found [options {-jobs 1 -to_step 1} $args]
    set run [get_runs [dict get $found ""]]
    if {[project top] ni [dict keys [project modules]]} { error "top module [project top] is in no source" }
    if {![project validated]} { error "the block design was not validated" }
    if {$run eq "impl_1" && [option $found -to_step] eq "write_bitstream"} { dict set ::project bitstream 1 }
    dict lappend ::project done $run
}

proc wait_on_run {run} {
    if {[llength $run] != 1 || $run ni [project done]} { error "run $run was not launched" }
    if {$run eq "impl_1"} {
        set folder [project folder]/[project name]
        set timing [read_text [file join $::reports timing_summary.rpt]]
        write_text $folder.runs/impl_1/[project top]_timing_summary_routed.rpt $timing
        set design [file rootname [file tail [design_file]]]
        write_text $folder.gen/sources_1/bd/$design/hw_handoff/$design.hwh "<EDKSYSTEM/>\n"
        if {[dict exists $::project bitstream]} { write_text $folder.runs/impl_1/[project top].bit "bitstream\n" }
    }
}

proc open_run {args} {
    set run [dict get [options {-name 1} $args] ""]
    if {$run ni [project done]} { error "run $run has not finished" }
    dict set ::project open $run
}

proc report_utilization {args} {
    set found [options {-hierarchical 0 -hierarchical_depth 1 -file 1 -format 1} $args]
    project open
    if {[option $found -format] ne "xml"} { error "only the xml form is read" }
    write_text [option $found -file] [read_text [file join $::reports utilization.xml]]
}

set reports [file normalize [file join [file dirname [info script]] reports]]
set usage [options {-mode 1 -source 1} $argv]
if {[option $usage -mode] ne "batch"} { puts "ERROR: not in batch mode"; exit 1 }
execute [option $usage -source]
