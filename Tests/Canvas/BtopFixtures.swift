import Canvas
import Testing

/// Theme files as people have them, in the varieties of the format that are met in the wild.
enum BtopFixtures {
    struct Fixture: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let background: RGB?
        let foreground: RGB?
        let selected: RGB?
        let busiest: RGB?

        var testDescription: String { self.name }
    }

    static let all = [Self.complete, Self.transparent, Self.shorthand, Self.old]

    /// Every key, hexadecimal, long comments.
    static let complete = Fixture(
        name: "complete",
        text: """
            # Main background, empty for terminal default, need to be empty if you want transparent
            theme[main_bg]="#20242c"

            # Main text color
            theme[main_fg]="#dfe3ea"

            # Title color for boxes
            theme[title]="#dfe3ea"

            # Highlight color for keyboard shortcuts
            theme[hi_fg]="#e29a4b"

            # Background color of selected item in processes box
            theme[selected_bg]="#3d5570"

            # Foreground color of selected item in processes box
            theme[selected_fg]="#f4f6f8"

            # Color of inactive/disabled text
            theme[inactive_fg]="#5a6270"

            # Color of text appearing on top of graphs, i.e uptime and current network graph scaling
            theme[graph_text]="#b0b8c4"

            # Background color of the percentage meters
            theme[meter_bg]="#39404b"

            # Misc colors for processes box
            theme[proc_misc]="#7fb4c2"

            # Box outline colors
            theme[cpu_box]="#5d9e7d"
            theme[mem_box]="#a39a5c"
            theme[net_box]="#9a6fa8"
            theme[proc_box]="#6c8fb5"

            # Box divider line and small boxes line color
            theme[div_line]="#39404b"

            # Temperature graph colors
            theme[temp_start]="#5d9e7d"
            theme[temp_mid]="#d6bd6a"
            theme[temp_end]="#d0605a"

            # CPU graph colors
            theme[cpu_start]="#5d9e7d"
            theme[cpu_mid]="#d6bd6a"
            theme[cpu_end]="#d0605b"

            # Mem/Disk free meter
            theme[free_start]="#3f6b55"
            theme[free_mid]="#4f866a"
            theme[free_end]="#5d9e7d"

            # Mem/Disk cached meter
            theme[cached_start]="#4a6582"
            theme[cached_mid]="#5b7a9c"
            theme[cached_end]="#6c8fb5"

            # Mem/Disk available meter
            theme[available_start]="#8a7a3e"
            theme[available_mid]="#b09b52"
            theme[available_end]="#d6bd6a"

            # Mem/Disk used meter
            theme[used_start]="#8a403c"
            theme[used_mid]="#ad504b"
            theme[used_end]="#d0605a"

            # Download graph colors
            theme[download_start]="#4a6582"
            theme[download_mid]="#5b7a9c"
            theme[download_end]="#6c8fb5"

            # Upload graph colors
            theme[upload_start]="#6b4d75"
            theme[upload_mid]="#835e8f"
            theme[upload_end]="#9a6fa8"

            # Process box color gradient for threads, mem and cpu usage
            theme[process_start]="#5d9e7d"
            theme[process_mid]="#d6bd6a"
            theme[process_end]="#d0605a"
            """,
        background: RGB(0x20242C), foreground: RGB(0xDFE3EA), selected: RGB(0x3D5570),
        busiest: RGB(0xD0605B))

    /// The terminal's own ground, gradients of two colours, keys of other programs.
    static let transparent = Fixture(
        name: "transparent",
        text: """
            #Author: somebody
            theme[main_bg]=""
            theme[main_fg]="#c9d1d9"
            theme[title]="#c9d1d9"
            theme[hi_fg]="#58a6ff"
            theme[selected_bg]="#1f6feb"
            theme[selected_fg]="#ffffff"
            theme[inactive_fg]="#484f58"
            theme[proc_misc]="#3fb950"
            theme[proc_banner_bg]="#161b22"
            theme[proc_banner_fg]="#c9d1d9"
            theme[cpu_box]="#30363d"
            theme[mem_box]="#30363d"
            theme[net_box]="#30363d"
            theme[proc_box]="#30363d"
            theme[div_line]="#21262d"
            theme[cpu_start]="#2ea043"
            theme[cpu_mid]=""
            theme[cpu_end]="#f85149"
            """,
        background: nil, foreground: RGB(0xC9D1D9), selected: RGB(0x1F6FEB),
        busiest: RGB(0xF85149))

    /// Greys by two digits, decimal values, single colours, carriage returns.
    static let shorthand = Fixture(
        name: "shorthand",
        text: [
            "theme[main_bg]=\"#00\"", "theme[main_fg]=\"#cc\"", "theme[title]=\"#ee\"",
            "theme[hi_fg]=\"144 12 63\"", "theme[selected_bg]=\"106 47 47\"",
            "theme[selected_fg]=\"#ee\"", "theme[inactive_fg]=\"#40\"", "theme[meter_bg]=\"#40\"",
            "theme[cpu_start]=\"80 240 149\"", "theme[cpu_mid]=\"\"", "theme[cpu_end]=\"\"", "",
        ].joined(separator: "\r\n"),
        background: RGB(0x000000), foreground: RGB(0xCCCCCC), selected: RGB(106, 47, 47),
        busiest: RGB(80, 240, 149))

    /// From before the newer keys, without quotes and with spaces.
    static let old = Fixture(
        name: "old",
        text: """
            # Theme: old
            theme[main_bg] = #fdf6e3
            theme[main_fg] = #586e75
            theme[title]   = #002b36
            theme[selected_bg] = #eee8d5   \n
            theme[cpu_start] = #859900
            theme[cpu_mid] = #b58900
            theme[cpu_end] = #dc322f
            """,
        background: RGB(0xFDF6E3), foreground: RGB(0x586E75), selected: RGB(0xEEE8D5),
        busiest: RGB(0xDC322F))
}
