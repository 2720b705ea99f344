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
    link: any BrokerLink, load: any LoadControl, settings: ConsoleSettings,
    contexts: ConsoleContexts = ConsoleContexts()
) async throws -> ConsoleEnding {
    let themes = ThemeLibrary(directories: settings.files.themeDirectories)
    let theme = try themes.theme(settings.themeName)
    let terminal = try CursesTerminal(theme: theme)
    defer { terminal.restore() }
    let runtime = ConsoleRuntime(
        link: link, load: load, terminal: terminal, themes: themes, settings: settings,
        contexts: contexts)
    return await runtime.run()
}
