import Canvas

extension Console {
    /// The console as it is now, drawn for the terminal's size.
    package func view() -> Canvas {
        var canvas = Canvas(
            columns: self.columns, rows: self.rows, symbols: self.context.symbols)
        let layout = ShellLayout(columns: self.columns, rows: self.rows)
        guard !layout.isTooSmall else {
            canvas.put(layout.tooSmallText, row: 0, column: 0)
            return canvas
        }
        HeaderLine(
            context: self.context, linkFailure: self.linkFailure, sampledAt: self.sampledAt
        )
        .draw(into: &canvas, row: layout.headerRow, columns: self.columns)
        TabLine.draw(
            into: &canvas, row: layout.tabRow, columns: self.columns, open: self.tab)
        self.topScreen.view(into: &canvas, area: layout.content, in: self.context)
        let table = KeyTable(of: self.topScreen, in: self.context)
        self.drawOverlay(table, into: &canvas, layout)
        if let notice = self.board.notice {
            var isRowFree = true
            if case .prompt = self.overlay { isRowFree = false }
            NoticeLine.draw(
                notice, into: &canvas, row: layout.footerRow, isRowFree: isRowFree)
        }
        return canvas
    }

    private func drawOverlay(
        _ table: KeyTable, into canvas: inout Canvas, _ layout: ShellLayout
    ) {
        if case .prompt(let line) = self.overlay {
            line.draw(into: &canvas, row: layout.footerRow)
            return
        }
        FooterLine.draw(table, into: &canvas, row: layout.footerRow, columns: self.columns)
        switch self.overlay {
        case nil, .prompt: break
        case .dialog(let box): box.draw(into: &canvas, on: layout.screen)
        case .palette(let palette): palette.draw(into: &canvas, on: layout.screen)
        case .themes(let picker): picker.draw(into: &canvas, on: layout.screen)
        case .contexts(let picker): picker.draw(into: &canvas, on: layout.screen)
        case .help(let help):
            help.draw(table, of: self.topScreen.name, into: &canvas, on: layout.screen)
        }
    }
}
