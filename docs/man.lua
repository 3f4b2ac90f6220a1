-- Makes a man page of a page of docs/, by pandoc: the one source of both.
--
--     pandoc -f gfm -t man -s --lua-filter docs/man.lua -M name=mod_user -M section=7 -M footer='Bookable 1.0' -o mod_user.7 docs/mod_user.md
--
-- The page's first paragraph, or the row "Description" of its first
-- table, is the line by which apropos finds it. A link to another page of docs/ becomes its text, with the
-- file's name where the text has another.

local text = pandoc.utils.stringify

local function description(blocks)
    for _, block in ipairs(blocks) do
        if block.t == "Table" then
            for _, body in ipairs(block.bodies) do
                for _, row in ipairs(body.body) do
                    if text(row.cells[1].contents) == "Description" then
                        return text(row.cells[2].contents)
                    end
                end
            end
        elseif block.t == "Para" then
            return (text(block):gsub("%.%s.*", ""):gsub("%.$", ""))
        end
    end
    error("no description")
end

-- No page of man has a table's width: what stands in one of two columns is a list of terms.
local function terms(block)
    local items = pandoc.List()
    for _, body in ipairs(block.bodies) do
        for _, row in ipairs(body.body) do
            local cell = row.cells[1].contents
            items:insert({ #cell > 0 and cell[1].content or pandoc.Inlines({}), { row.cells[2].contents } })
        end
    end
    return pandoc.DefinitionList(items)
end

local function link(element)
    local file = element.target:match("([%w_.-]+%.md)")
    local shown = text(element)
    if element.target:match("^%w+:") then
        return element
    elseif file and shown ~= file and shown .. ".md" ~= file then
        return element.content .. { pandoc.Str(" (" .. file .. ")") }
    end
    return element.content
end

function Pandoc(doc)
    local title = table.remove(doc.blocks, 1)
    assert(title.t == "Header" and title.level == 1, "a page begins with its title")
    local name = text(doc.meta.name)
    local about = description(doc.blocks)
    doc.blocks = doc.blocks:walk({
        Link = link,
        Table = function(block) return #block.colspecs == 2 and terms(block) or nil end,
        Header = function(header)
            header.level = header.level - 1
            return header
        end,
    })
    if doc.blocks[1].t ~= "Header" then
        doc.blocks:insert(1, pandoc.Header(1, "DESCRIPTION"))
    end
    doc.blocks:insert(1, pandoc.Para({ pandoc.Str(name .. " - " .. about) }))
    doc.blocks:insert(1, pandoc.Header(1, "NAME"))
    doc.meta.title = name
    doc.meta.header = "Bookable"
    return doc
end
