import Glibc

/// Where the console's files are, by the XDG base directory specification.
package struct ConsoleFiles: Equatable, Sendable {
    /// Folders with a person's own themes; an earlier one wins.
    package var themeDirectories: [String]
    /// Nil when neither `XDG_STATE_HOME` nor `HOME` is set.
    package var auditLog: String?

    package init(themeDirectories: [String], auditLog: String?) {
        self.themeDirectories = themeDirectories
        self.auditLog = auditLog
    }

    /// - Parameter environment: Looks up a variable of the environment.
    package init(environment: (String) -> String?) {
        func base(_ variable: String, _ fallback: String) -> String? {
            // The specification says that a relative path has to be ignored.
            if let path = environment(variable), path.hasPrefix("/") { return path }
            return environment("HOME").map { "\($0)/\(fallback)" }
        }
        var folders: [String] = []
        for folder in [
            base("XDG_CONFIG_HOME", ".config"), environment("HOME").map { "\($0)/.config" },
        ] {
            if let folder, !folders.contains("\(folder)/queuetop/themes") {
                folders.append("\(folder)/queuetop/themes")
            }
        }
        self.init(
            themeDirectories: folders,
            auditLog: base("XDG_STATE_HOME", ".local/state").map { "\($0)/queuetop/audit.log" })
    }

    /// The files of whoever runs the program.
    package static func ofThisUser() -> ConsoleFiles {
        ConsoleFiles { name in getenv(name).map { String(cString: $0) } }
    }
}
