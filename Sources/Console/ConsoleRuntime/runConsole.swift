import BrokerLink
import Canvas
import CursesTerminal

/// Shows the console on this process's terminal until it ends.
///
/// The terminal is given back before this returns, whichever way it ends.
///
/// - Throws: ``TerminalError`` when there is no terminal to show it on, ``SettingsError`` when a
///   setting means nothing.
@MainActor
package func runConsole(
    link: any BrokerLink, load: any LoadControl, settings: ConsoleSettings
) async throws -> ConsoleEnding {
    let themes = ThemeLibrary(directories: settings.files.themeDirectories)
    let name = settings.themeName ?? themes.names.first ?? ""
    guard let theme = themes.theme(named: name) else {
        throw SettingsError.unknownTheme(name, known: themes.names)
    }
    let terminal = try CursesTerminal(theme: theme)
    defer { terminal.restore() }
    let runtime = ConsoleRuntime(
        link: link, load: load, terminal: terminal, themes: themes, settings: settings)
    return await runtime.run()
}

/// A setting that means nothing, and what to do about it.
package enum SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownTheme(String, known: [String])

    package var description: String {
        switch self {
        case .unknownTheme(let name, let known):
            "There is no theme \(name). Choose one of \(known.joined(separator: ", ")), or put "
                + "\(name).theme into ~/.config/queuetop/themes."
        }
    }
}
